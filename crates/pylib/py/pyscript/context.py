"""`pyscript.context`: the page, and what the configuration says."""

from pyscript import RUNNING_IN_WORKER
from pyscript._runtime import config, current_target, document, js_import, py_import, window

__all__ = ["RUNNING_IN_WORKER", "config", "current_target", "document", "js_import", "py_import", "window"]
