//! The Lambda function `print-slip`; see its library.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::RuntimeError> {
    edge::run_signing::<print_slip::Lambda>(secrets::slip_key(), edge::App::signing_slips).await
}
