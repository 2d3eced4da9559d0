mod clock;
mod kinds;
