//! The Lambda function `print-slip`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run(print_slip::routes()).await
}
