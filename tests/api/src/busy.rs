//! A batch in which everything has happened that can.

use lixiao::local::Options;
use serde_json::json;

use crate::{ADMINISTRATOR, ALL_OFFICES, BATCH, LIBRARY, Row, Server, csv, numbers};

/// The party office.
pub const PARTY_OFFICE: &str = "20080031";
/// An operator who has been removed.
pub const LEFT: &str = "20080077";

/// A table in which everything has happened that can: decisions, an import and its undoing, forms, letters, receipts,
/// a roster's change, operators who came and went.
pub async fn busy(options: Options) -> Server {
    let server = Server::start(options).await;
    server.employ().await;
    server.grant(PARTY_OFFICE, "party-office", &[], &["*"]).await;
    server.grant(LEFT, "operator", &["library"], &["*"]).await;
    let row = |id: &String| Row { party: "中共党员", party_here: "是", ..Row::new(id) };
    let rows: Vec<Row> = numbers(5).iter().map(row).collect();
    server.enrol(&rows).await;
    let library = server.person(LIBRARY);
    let debt = json!({"decision": "reject", "reason": "旧账", "amount_due": 1200});
    for student in ["20150000001", "20150000002"] {
        assert_eq!(library.put(&format!("{BATCH}/students/{student}/steps/2"), &debt).await.status, 200);
    }
    for (import, step, students) in
        [("sheet-1", 2, &["20150000002", "20150000003"][..]), ("sheet-2", 5, &["20150000001"])]
    {
        let pass = json!({"decision": "pass", "students": students, "import": import});
        let done = server.person(ALL_OFFICES).post(&format!("{BATCH}/steps/{step}/decisions"), &pass).await;
        assert_eq!(done.body["results"][0]["outcome"], "changed", "{}", done.body);
    }
    let undo =
        json!({"decision": "undo", "students": ["20150000003"], "import": "sheet-1", "reason": "错了"});
    let undone = server.person(ALL_OFFICES).post(&format!("{BATCH}/steps/2/decisions"), &undo).await;
    assert_eq!(undone.body["results"][0]["outcome"], "changed", "{}", undone.body);
    let form = json!({"heading": "中共昆明市委组织部", "destination": "昆明市第一中学党委", "transfer_kind": "in-province",
        "receiver_contact": "李书记", "receiver_phone": "0871-60000000", "confirmed": true});
    for student in numbers(3) {
        let handed_in = server.person(&student).put(&format!("{BATCH}/students/me/party-form"), &form).await;
        assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    }
    let office = server.person(PARTY_OFFICE);
    office.post(&format!("{BATCH}/letters"), &json!({ "students": numbers(3) })).await;
    let mut reissue = form.clone();
    reissue["papers"] = json!(["statement", "application", "original"]);
    reissue["reason"] = json!("遗失");
    let anew = office.post(&format!("{BATCH}/letters/1/reissue"), &reissue).await;
    assert_eq!(anew.status, 200, "{}", anew.body);
    office.post(&format!("{BATCH}/letters/printed"), &json!({"letters": [2]})).await;
    let receipt = json!({"received_on": "2017-12-20", "from": "昆明市第一中学党委"});
    assert_eq!(office.put(&format!("{BATCH}/letters/2/receipt"), &receipt).await.status, 200);
    let mut moved = rows;
    moved[3].college = "法学院";
    assert_eq!(server.person(ADMINISTRATOR).import(&csv(&moved)).await.body["updated"], 1);
    // A debt is the last thing that happened to somebody.
    assert_eq!(library.put(&format!("{BATCH}/students/20150000005/steps/2"), &debt).await.status, 200);
    server.remove(LEFT).await;
    server
}
