//! The transfer map: where data goes on a day, and on what transfer basis.

mod drawn;
mod reach;
mod shown;
mod state;
mod words;
mod world;
