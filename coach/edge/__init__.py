"""Where does the world touch us?

asyncio, clocks, files and radios live here and nowhere below.
"""
