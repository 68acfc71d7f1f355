import RialtoHistory

/// Values of one column of a run's records, in memory or in a temporary file. Read only.
package struct KeptColumn<Value: BitwiseCopyable>: RandomAccessCollection {
    private let start: UnsafePointer<Value>
    package let count: Int
    /// What keeps the values' memory.
    private let owner: AnyObject

    /// - Parameters:
    ///   - start: The first of `count` values, which do not change any more.
    ///   - owner: Frees them when it goes.
    init(_ start: UnsafePointer<Value>, count: Int, owner: AnyObject) {
        self.start = start
        self.count = count
        self.owner = owner
    }

    /// A copy of `values`.
    package init(_ values: [Value]) {
        let place = UnsafeMutablePointer<Value>.allocate(capacity: Swift.max(1, values.count))
        place.initialize(from: values, count: values.count)
        self.init(UnsafePointer(place), count: values.count, owner: OwnedBlock(place))
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Value {
        precondition(index >= 0 && index < count, "a row of the column")
        return start[index]
    }

    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Value>) throws -> Result
    ) rethrows -> Result? {
        try withExtendedLifetime(owner) {
            try body(UnsafeBufferPointer(start: start, count: count))
        }
    }

    /// Hands over the values' bytes piece by piece, as they lie in memory; each piece is valid
    /// during the call, and let go of behind it.
    package func forEachPiece<Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(start: start, count: count))
        for first in stride(from: 0, to: bytes.count, by: Self.piece) {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[first...].prefix(Self.piece))
            try body(rest)
            guard let start = rest.baseAddress else { continue }
            (owner as? ScratchMemory)?.release(start, bytes: rest.count)
        }
    }

    /// Bytes of a piece.
    private static var piece: Int { 1 << 20 }
}

/// Frees one block of memory.
private final class OwnedBlock {
    private let pointer: UnsafeMutableRawPointer

    init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    deinit { pointer.deallocate() }
}
