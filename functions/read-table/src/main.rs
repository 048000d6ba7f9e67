//! The Lambda function `read-table`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run::<read_table::Lambda>().await
}
