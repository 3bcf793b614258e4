"""What our WordPress plugin does on a site: its REST routes, its tickets, its calls of the service.

In WordPress this is PHP; the script and the style of its frame are served as they are.
"""
