//! What somebody reads who couldn't be signed in: what is wrong, and what to do.

use domain::text::Text;

use crate::web::SignInError;

/// The words of an error, in both languages: nobody knows yet which one this browser's person reads.
pub(crate) fn said(error: SignInError) -> Text {
    let (zh, en) = match error {
        SignInError::Unconfigured => {
            ("登录尚未配置，请联系系统管理员。", "Sign-in is not configured: tell the administrator.")
        }
        SignInError::Unreachable => (
            "学校统一身份认证没有应答，请稍候重试。",
            "The university's sign-in does not answer: try again in a moment.",
        ),
        SignInError::Refused => (
            "这次登录已失效（页面停留过久，或链接被重复使用），请重新登录。",
            "This sign-in is no longer valid (it took too long, or the link was used before): sign in again.",
        ),
        SignInError::Nobody => (
            "您的账号里没有学号、工号或校外导师编号，不能使用离校系统；请联系教育技术与网络中心。",
            "Your account has no student, staff or external advisor's number, so it can't be used here: ask the network centre.",
        ),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}
