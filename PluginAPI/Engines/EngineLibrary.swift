/// A library of others that computes models, as the host has loaded it.
public struct EngineLibrary {
    /// Such as `lightgbm`.
    public let id: String
    /// Such as `4.7.0`.
    public let version: String
    private let find: (String) -> UnsafeMutableRawPointer?

    /// - Parameter find: The address of a function; nil when the library has none of that name.
    public init(
        id: String, version: String, find: @escaping (String) -> UnsafeMutableRawPointer?
    ) {
        self.id = id
        self.version = version
        self.find = find
    }

    /// A function as a C function pointer type, which the caller states rightly.
    ///
    /// - Throws: ``EngineFailure`` when there is none.
    func function<Function>(
        _ name: String, as type: Function.Type = Function.self
    ) throws(EngineFailure) -> Function {
        guard let address = find(name) else {
            throw EngineFailure("the engine \(id) \(version) has no function \(name)")
        }
        return unsafeBitCast(address, to: type)
    }
}

/// Why an engine did not do what it was asked.
public struct EngineFailure: Error, Equatable, Sendable {
    /// Lower case first, no full stop.
    public let text: String

    public init(_ text: String) { self.text = text }
}

/// A thing inside an engine. Raw pointers are kept as numbers, which may be sent anywhere; what
/// they lead to is used by one thread at a time.
typealias EngineHandle = Int

extension Optional where Wrapped == UnsafeMutableRawPointer {
    init(_ handle: EngineHandle) { self = UnsafeMutableRawPointer(bitPattern: handle) }
}
