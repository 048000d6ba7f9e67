//! What a function is: routes, and a description of them. The two are apart, so that a program on Lambda
//! carries the routes alone; a handler's path and method are written once, in its `utoipa::path`.

use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use utoipa::openapi::OpenApi;
use utoipa_axum::PathItemExt;

use crate::app::{App, Routes};

#[doc(hidden)]
pub use pastey::paste;

/// What a function answers.
pub trait Function {
    /// Its routes.
    fn routes() -> Routes;
    /// What they are like.
    fn document() -> OpenApi;
}

/// Names a function and its handlers, each described by `utoipa::path`:
/// `edge::function! { /** Status lookup. */ Lambda: read_status, history::read_history }`.
#[macro_export]
macro_rules! function {
    ($(#[$about:meta])* $name:ident: $($handlers:tt)+) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name;

        impl $crate::function::Function for $name {
            fn routes() -> $crate::Routes {
                $crate::mount!($crate::Routes::new(); $($handlers)+)
            }

            fn document() -> ::utoipa::openapi::OpenApi {
                #[derive(::utoipa::OpenApi)]
                #[openapi(paths($($handlers)+))]
                struct Document;
                <Document as ::utoipa::OpenApi>::openapi()
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! mount {
    ($routes:expr;) => { $routes };
    ($routes:expr; $module:ident::$handler:ident $(, $($rest:tt)*)?) => {
        $crate::mount!($crate::function::paste! {
            $crate::function::add::<$module::[<__path_ $handler>], _, _>($routes, $module::$handler)
        }; $($($rest)*)?)
    };
    ($routes:expr; $handler:ident $(, $($rest:tt)*)?) => {
        $crate::mount!($crate::function::paste! {
            $crate::function::add::<[<__path_ $handler>], _, _>($routes, $handler)
        }; $($($rest)*)?)
    };
}

#[doc(hidden)]
pub fn add<P, H, T>(routes: Routes, handler: H) -> Routes
where
    P: utoipa::Path,
    H: Handler<T, App>,
    T: 'static,
{
    let methods = P::methods().iter().map(PathItemExt::to_method_filter).reduce(MethodFilter::or);
    match methods {
        Some(methods) => routes.route(&P::path(), on(methods, handler)),
        None => routes,
    }
}
