/// Why a text is no JSON.
public struct JSONFault: Error, Hashable, Sendable {
    /// Unicode scalars before the place.
    public let offset: Int
    /// What is wrong there; lower case, no full stop.
    public let reason: String
}

/// A spelling that is no JSON, read as what it must mean. None changes a number or a direction.
public enum JSONRepair: String, Hashable, Sendable, CaseIterable {
    /// Brackets, colons or commas of full width, outside texts.
    case fullWidth = "full-width punctuation"
    /// Typographic or single quotes around a text.
    case quotes = "other quotes"
    /// Invisible characters or spaces that JSON does not know.
    case spaces = "invisible characters"
    /// A comma before a closing bracket.
    case trailingComma = "trailing comma"
    /// `//` or `/* */`.
    case comment = "comment"
    /// A line break or tab within a text.
    case rawControl = "raw line break in a text"
    /// A key without quotes.
    case bareKey = "key without quotes"
    /// `None`, `N/A`, `True`, `NaN` and the like.
    case word = "word of another language"
    /// A percent sign after a number, kept for whoever knows the field.
    case percent = "percent sign"
}
