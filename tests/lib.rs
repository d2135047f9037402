//! This package is its tests: see `main.rs`. The library is empty, because Cargo wants a target
//! whose dependencies are not those of the tests.
