//! The Lambda function `checkpoint`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    let keeper = checkpoint::Keeper::from_env(secrets::secret("LIXIAO_CHECKPOINT_SECRET"));
    let work = async |app: &_, keeper: &_, until, _| checkpoint::checkpoint(app, keeper, until).await;
    edge::run_scheduled(keeper, work).await
}
