/** What the address holds behind its "#", which browsers send to nobody: the key, or a state. */
const TOKEN = "moonlet-lab-token";
const SESSION = "moonlet-lab-session";

/** The key to the socket: from the address, or as it was kept for this address before. */
export function takeToken(): string {
  const given = fragment().get("token");
  if (given) {
    localStorage.setItem(TOKEN, given);
    forget("token");
  }
  return localStorage.getItem(TOKEN) ?? "none";
}

/** The state that the address asks for, once: afterwards the page has moved on from it. */
export function openingLink(): string | null {
  const state = fragment().get("state");
  if (state) forget("state");
  return state;
}

export function linkTo(state: string): string {
  return `${location.origin}/#state=${state}`;
}

export function savedSession(): string | null {
  return sessionStorage.getItem(SESSION);
}

export function saveSession(name: string): void {
  sessionStorage.setItem(SESSION, name);
}

function fragment(): URLSearchParams {
  return new URLSearchParams(location.hash.slice(1));
}

function forget(name: string): void {
  const rest = fragment();
  rest.delete(name);
  history.replaceState(null, "", rest.size ? `#${rest}` : location.pathname);
}
