//! The Lambda function `complete-step`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<complete_step::Lambda>().await
}
