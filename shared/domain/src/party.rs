//! Party members: the information form, the introduction letter, its receipt (N14–N22).

pub mod form;
pub mod letter;
pub mod numerals;
mod places;
pub mod sheet;
