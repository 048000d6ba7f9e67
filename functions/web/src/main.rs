//! The Lambda function `web`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run_without_table::<web::Lambda>(web::prepare).await
}
