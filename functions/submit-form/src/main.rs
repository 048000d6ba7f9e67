//! The Lambda function `submit-form`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<submit_form::Lambda>().await
}
