// A card for a portal's page: how far a student's clearance is. It needs the address of Lixiao and a way to get the
// university's token for its user with that address as the audience; docs/portal.md says where that comes from.

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/** The university's token, traded for a quarter of an hour in which its user's status can be read (RFC 8693). */
async function session(lixiao, universityToken) {
  const body = new URLSearchParams({ grant_type: EXCHANGE, subject_token: await universityToken(), subject_token_type: ACCESS_TOKEN });
  const answer = await fetch(`${lixiao}/login/token`, { method: "POST", body });
  if (!answer.ok) throw new Error((await answer.json()).detail ?? "");
  return (await answer.json()).access_token;
}

/** An element with a text; nothing here reads HTML. */
function element(tag, text, more = {}) {
  return Object.assign(document.createElement(tag), { textContent: text }, more);
}

/** Shows the card in a place, or why it can't be shown; either way it leads to the page itself. */
export async function showClearance(place, lixiao, universityToken) {
  const link = element("a", "打开离校系统", { href: `${lixiao}/login?next=/` });
  const show = (...children) => place.replaceChildren(element("h2", "离校手续"), ...children, link);
  try {
    const authorization = `Bearer ${await session(lixiao, universityToken)}`;
    const answer = await fetch(`${lixiao}/api/me`, { headers: { authorization, "accept-language": "zh-CN" } });
    const { status, problem, detail } = await answer.json();
    if (!status) return show(element("p", problem?.detail ?? detail ?? "您不在本批次的名册里。"));
    const yours = status.steps.filter((step) => step.waiting_for === "you");
    const list = element("ul", "");
    list.append(...yours.map((step) => element("li", `${step.name}：${step.reason ?? ""}`)));
    show(element("p", status.cleared ? "已全部办结，可以打印离校单。" : `还有 ${status.remaining} 个环节。`), list);
  } catch (error) {
    show(element("p", `暂时无法显示：${error.message}`));
  }
}
