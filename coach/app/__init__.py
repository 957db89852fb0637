"""How is a run put together?

Everything between a command and the rooms below: the commands, the library on the screen and whoever asks later all
begin a run here. No command line is parsed here and no widget is drawn.
"""
