const root = document.querySelector("#host").attachShadow({ mode: "open" });
root.innerHTML = '<p><script type="py">from pyscript import display; display("in the shadow")</' + 'script></p><button py-click="go">Go</button>';
