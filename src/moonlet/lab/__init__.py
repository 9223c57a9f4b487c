"""The lab: train in the browser, on your own data, and take the result with you.

``moonlet lab`` serves the page. May import every layer but the command line;
starlette and uvicorn are used here only, in the one module that is about them.
"""
