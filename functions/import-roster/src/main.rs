//! The Lambda function `import-roster`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<import_roster::Lambda>().await
}
