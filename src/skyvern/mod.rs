//! All that knows Skyvern's contract: one push attempt becomes a verdict; a lookup tells what became of an attempt
//! whose outcome is unknown.
