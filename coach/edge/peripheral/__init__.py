"""How does a made-up sensor come on the air? A GATT peripheral over bumble, on any controller it can drive.

The only room that imports bumble, the optional extra `radio`: whoever imports from here says what to do when it
is missing, and does so only when it is wanted.
"""
