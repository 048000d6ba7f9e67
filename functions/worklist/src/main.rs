//! The Lambda function `worklist`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<worklist::Lambda>().await
}
