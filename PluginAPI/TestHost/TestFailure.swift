/// Why a plugin could not be made, or what it did that the contract does not allow.
public enum TestFailure: Error, Equatable, Sendable {
    /// The library cannot be opened or has no entry.
    case library(String)
    /// The entry, or `create`, refused with this code and text.
    case refused(code: Int32, text: String)
    /// There is no plugin of that id or kind in the library.
    case noPlugin(String)
    /// A parameter is unknown, of another type, or out of range.
    case parameter(String)
    /// `on_batch` answered below 0; the instance has ended.
    case ended(code: Int32)
    /// What the plugin did against the contract.
    case contract(String)
    /// The state could not be written or read.
    case state(code: Int32)
}
