// What news of a conversation is worth asking for: most of it is of others, or is here already.

const listed = () => document.getElementById("inbox-rows");

/** Whether the list that is shown may be another now. What doesn't say whose it is may change any. */
export function changesList({ kind, subject_id: subject, data }) {
  if (kind === "resync") return true;
  if (kind !== "conversation" || data?.what === "seen") return false;
  const rows = listed();
  if (data?.assignee === undefined || !rows) return true;
  if (rows.querySelector(`[data-conversation="${CSS.escape(subject)}"]`)) return true;
  const view = new URL(rows.getAttribute("hx-get"), location.href).searchParams.get("view");
  if (view === "mine") return data.assignee === rows.dataset.me;
  if (view === "unassigned") return data.assignee === "";
  return true;
}

/** Whether the conversation that is open may hold what isn't shown, up to the message `newest`. */
export function changesThread({ kind, subject_id: subject, data }, openId, newest) {
  if (kind === "resync") return true;
  if (kind !== "conversation" || subject !== openId) return false;
  return data?.what !== "message" || Number(data.message) > newest;
}
