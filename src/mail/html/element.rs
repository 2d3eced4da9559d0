//! What the walker knows of each HTML element.

/// The elements that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Element {
    A,
    Abbr,
    Address,
    Area,
    Article,
    Aside,
    B,
    Big,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Center,
    Code,
    Col,
    Datalist,
    Dd,
    Details,
    Div,
    Dl,
    Dt,
    Em,
    Fieldset,
    Figure,
    Font,
    Footer,
    Form,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Head,
    Header,
    Hr,
    Html,
    I,
    Iframe,
    Img,
    Input,
    Label,
    Li,
    Main,
    Nav,
    Ol,
    OptionItem,
    P,
    Pre,
    Ruby,
    RubyText,
    S,
    Script,
    Section,
    Select,
    Small,
    Span,
    Strong,
    Style,
    Sub,
    Summary,
    Sup,
    Svg,
    Table,
    TableGroup,
    Td,
    Template,
    Textarea,
    Th,
    Title,
    Tr,
    U,
    Ul,
    /// Never has content.
    Void,
    /// A place where a line may be broken, as `<wbr>`.
    Wbr,
    Unknown,
}

/// How many variants there are.
pub(super) const ELEMENTS: usize = Element::Unknown as usize + 1;

/// How the text inside an element is read (HTML, 13.2.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Markup,
    /// Entities but no tags.
    Text,
    Raw,
    Script,
}

/// How an element stands among others without any style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Inline,
    /// Beside others, but not one word with them.
    Apart,
    Block,
    Cell,
    Row,
    /// Never shown.
    Nothing,
}

impl Element {
    /// `name` in lower case.
    pub(super) fn from_name(name: &[u8]) -> Self {
        match name {
            b"a" => Self::A,
            b"abbr" | b"acronym" => Self::Abbr,
            b"address" => Self::Address,
            b"area" => Self::Area,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"b" => Self::B,
            b"big" => Self::Big,
            b"blockquote" => Self::Blockquote,
            b"body" => Self::Body,
            b"br" => Self::Br,
            b"button" => Self::Button,
            b"caption" => Self::Caption,
            b"center" => Self::Center,
            b"code" | b"kbd" | b"samp" | b"tt" => Self::Code,
            b"col" => Self::Col,
            b"datalist" => Self::Datalist,
            b"dd" => Self::Dd,
            b"details" => Self::Details,
            b"div" => Self::Div,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"em" => Self::Em,
            b"fieldset" => Self::Fieldset,
            b"figure" | b"figcaption" => Self::Figure,
            b"font" => Self::Font,
            b"footer" => Self::Footer,
            b"form" => Self::Form,
            b"h1" => Self::H1,
            b"h2" => Self::H2,
            b"h3" => Self::H3,
            b"h4" => Self::H4,
            b"h5" => Self::H5,
            b"h6" => Self::H6,
            b"head" => Self::Head,
            b"header" | b"hgroup" => Self::Header,
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"i" => Self::I,
            b"iframe" | b"noembed" | b"noframes" => Self::Iframe,
            b"img" | b"image" => Self::Img,
            b"input" => Self::Input,
            b"label" => Self::Label,
            b"li" => Self::Li,
            b"main" => Self::Main,
            b"nav" => Self::Nav,
            b"ol" => Self::Ol,
            b"option" | b"optgroup" => Self::OptionItem,
            b"p" => Self::P,
            b"pre" | b"listing" | b"xmp" => Self::Pre,
            b"ruby" => Self::Ruby,
            b"rt" | b"rp" => Self::RubyText,
            b"s" | b"del" | b"strike" => Self::S,
            b"script" => Self::Script,
            b"section" => Self::Section,
            b"select" => Self::Select,
            b"small" => Self::Small,
            b"span" => Self::Span,
            b"strong" => Self::Strong,
            b"style" => Self::Style,
            b"sub" => Self::Sub,
            b"summary" | b"legend" => Self::Summary,
            b"sup" => Self::Sup,
            b"svg" => Self::Svg,
            b"table" => Self::Table,
            b"tbody" | b"thead" | b"tfoot" => Self::TableGroup,
            b"td" => Self::Td,
            b"template" => Self::Template,
            b"textarea" => Self::Textarea,
            b"th" => Self::Th,
            b"title" => Self::Title,
            b"tr" => Self::Tr,
            b"u" | b"ins" => Self::U,
            b"ul" | b"menu" | b"dir" => Self::Ul,
            b"base" | b"basefont" | b"bgsound" | b"embed" | b"frame" | b"link" | b"meta" | b"param" | b"source"
            | b"track" => Self::Void,
            b"wbr" => Self::Wbr,
            _ => Self::Unknown,
        }
    }

    pub(super) fn content(self) -> Content {
        match self {
            Self::Title | Self::Textarea => Content::Text,
            Self::Style | Self::Iframe => Content::Raw,
            Self::Script => Content::Script,
            _ => Content::Markup,
        }
    }

    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Area | Self::Br | Self::Col | Self::Hr | Self::Img | Self::Input | Self::Void | Self::Wbr)
    }

    pub(super) fn flow(self) -> Flow {
        match self {
            Self::Address
            | Self::Article
            | Self::Aside
            | Self::Blockquote
            | Self::Body
            | Self::Br
            | Self::Caption
            | Self::Center
            | Self::Dd
            | Self::Details
            | Self::Div
            | Self::Dl
            | Self::Dt
            | Self::Fieldset
            | Self::Figure
            | Self::Footer
            | Self::Form
            | Self::H1
            | Self::H2
            | Self::H3
            | Self::H4
            | Self::H5
            | Self::H6
            | Self::Head
            | Self::Header
            | Self::Hr
            | Self::Html
            | Self::Li
            | Self::Main
            | Self::Nav
            | Self::Ol
            | Self::OptionItem
            | Self::P
            | Self::Pre
            | Self::Section
            | Self::Summary
            | Self::Ul => Flow::Block,
            Self::Td | Self::Th => Flow::Cell,
            Self::Table | Self::TableGroup | Self::Tr => Flow::Row,
            Self::Button | Self::Input | Self::Select | Self::Sub | Self::Sup | Self::Textarea => Flow::Apart,
            Self::Datalist
            | Self::Iframe
            | Self::RubyText
            | Self::Script
            | Self::Style
            | Self::Template
            | Self::Title => Flow::Nothing,
            _ => Flow::Inline,
        }
    }

    /// Ends an open `<p>` (HTML, 13.2.6.4.7).
    pub(super) fn ends_paragraph(self) -> bool {
        !matches!(self, Self::Br | Self::Body | Self::Html | Self::Head | Self::OptionItem | Self::Caption)
            && matches!(self.flow(), Flow::Block | Flow::Row)
    }
}
