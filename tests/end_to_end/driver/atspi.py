"""Reads and presses what a screen reader would: one JSON request per line in, one JSON answer per line out.

Requests:  {"do": "tree"}                -> {"nodes": [{"id", "role", "name", "text", "on", "enabled", "focused", "box"}, ...]}
           {"do": "press", "id": n}      -> {"done": true | false}     (an id of the newest tree)
Only applications whose name is not that of a window manager or the toolkit are read.
"""

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

NODES_MAX = 4000
nodes = []


def ask_applications_to_speak():
    """Accessibility is off until someone asks for it."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    value = GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True)))
    bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
                  value, None, Gio.DBusCallFlags.NONE, 10_000, None)


def facts(node, number):
    states = node.get_state_set()
    fact = {
        "id": number,
        "role": node.get_role_name(),
        "name": node.get_name() or "",
        "text": "",
        "on": states.contains(Atspi.StateType.CHECKED) or states.contains(Atspi.StateType.PRESSED)
        or states.contains(Atspi.StateType.SELECTED),
        "enabled": states.contains(Atspi.StateType.ENABLED) or states.contains(Atspi.StateType.SENSITIVE),
        "focused": states.contains(Atspi.StateType.FOCUSED),
        "box": [0, 0, 0, 0],
    }
    component = node.get_component_iface()
    if component is not None:
        box = component.get_extents(Atspi.CoordType.SCREEN)
        fact["box"] = [box.x, box.y, box.width, box.height]
    text = node.get_text_iface()
    if text is not None:
        fact["text"] = text.get_text(0, text.get_character_count())
    return fact


def tree():
    nodes.clear()
    found = []
    desktop = Atspi.get_desktop(0)
    todo = []
    for i in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(i)
        if application is not None:
            application.clear_cache()
            todo.append(application)
    while todo and len(nodes) < NODES_MAX:
        node = todo.pop()
        try:
            number = len(nodes)
            fact = facts(node, number)
            children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
        except GLib.Error:
            continue  # It went away while it was read.
        nodes.append(node)
        found.append(fact)
        todo.extend(reversed([child for child in children if child is not None]))
    return {"nodes": found}


def press(number):
    try:
        action = nodes[number].get_action_iface()
        return {"done": bool(action is not None and action.get_n_actions() > 0 and action.do_action(0))}
    except GLib.Error:
        return {"done": False}


def main():
    ask_applications_to_speak()
    for line in sys.stdin:
        request = json.loads(line)
        context = GLib.MainContext.default()
        while context.pending():
            context.iteration(False)
        answer = tree() if request["do"] == "tree" else press(request["id"])
        print(json.dumps(answer), flush=True)


main()
