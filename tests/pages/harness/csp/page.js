const out = document.querySelector("#out");
document.querySelector("#go").addEventListener("click", (event) => {
  console.log("clicked");
  out.textContent = `hello ${document.querySelector("#name").value}`;
  event.target.dispatchEvent(new CustomEvent("py:done", { bubbles: true }));
});
dispatchEvent(new CustomEvent("py:all-done"));
