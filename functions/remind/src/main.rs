//! The Lambda function `remind`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    let post = remind::Post::from_env(secrets::secret("LIXIAO_MAIL_SECRET"));
    edge::run_scheduled(post, remind::when_called).await
}
