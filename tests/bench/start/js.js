const out = document.querySelector("#out");
if (out) out.textContent = "hello";
