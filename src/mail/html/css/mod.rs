//! As much of CSS as decides whether text is seen: a handful of properties, simple selectors, `!important`.
//! Rules inside `@media` are left out, since they hold only on some screens; so are rules with combinators,
//! pseudo-classes and attribute selectors.

mod declarations;
mod sheet;

pub(super) use declarations::{Declarations, Display, FontSize, Paint, paint};
pub(super) use sheet::Sheet;
