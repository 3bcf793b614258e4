// Removes the cookies that hide ours: those with anything but ASCII. A script can't tell which host
// and path one belongs to, so each that can be meant is tried.

const unreadable = /[^\x20-\x7e]/;

function hosts() {
  const parts = location.hostname.split(".");
  return ["", ...parts.map((_, from) => parts.slice(from).join("."))];
}

function paths() {
  const parts = location.pathname.split("/").filter(Boolean);
  return ["/", ...parts.map((_, upTo) => `/${parts.slice(0, upTo + 1).join("/")}`)];
}

function remove(name) {
  for (const host of hosts()) {
    for (const path of paths()) {
      const domain = host && `; Domain=${host}`;
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `${name}=; Max-Age=0; Path=${path}${domain}${secure}`;
    }
  }
}

document.querySelector("[data-remove-cookies]")?.addEventListener("click", () => {
  for (const cookie of document.cookie.split("; ")) {
    if (unreadable.test(cookie)) remove(cookie.split("=", 1)[0]);
  }
  location.reload();
});
