import CRialto
import CWorker

/// Room in the memory that a worker may only read. What is placed here is found by the worker at
/// other addresses, which the places are given in.
final class WorkerWindow {
    private let start: UnsafeMutableRawPointer
    private let length: Int
    private var used = Int(RIALTO_WINDOW_FIRST)
    private var kept = Int(RIALTO_WINDOW_FIRST)
    /// Where the window lies in the worker.
    var base: UInt64 = 0
    /// Whether something did not fit since the last ``reset()``.
    private(set) var isFull = false

    init(_ start: UnsafeMutableRawPointer, length: Int) {
        self.start = start
        self.length = length
    }

    /// Forgets what was placed since the last ``keep()``.
    func reset() {
        used = kept
        isFull = false
    }

    /// What is placed so far stays for good.
    func keep() { kept = used }

    /// Copies bytes in. Returns where the worker finds them; 0 when they do not fit.
    func place(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        let rounded = (count + 63) & ~63
        guard rounded <= length - used else {
            isFull = true
            return 0
        }
        (start + used).copyMemory(from: bytes, byteCount: count)
        used += rounded
        return base &+ UInt64(used - rounded)
    }

    /// Copies a value in.
    func place<Value: BitwiseCopyable>(_ value: Value) -> UInt64 {
        withUnsafeBytes(of: value) { bytes in
            bytes.baseAddress.map { place($0, bytes.count) } ?? 0
        }
    }

    /// Copies `count` values in. Returns a pointer that only the worker may follow.
    func column<Value: BitwiseCopyable>(
        _ values: UnsafePointer<Value>?, _ count: Int
    ) -> UnsafePointer<Value>? {
        guard let values else { return nil }
        return pointer(place(values, max(1, count) * MemoryLayout<Value>.stride))
    }

    /// As `column`, of an array.
    func column<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafePointer<Value>? {
        values.withUnsafeBufferPointer { buffer in
            buffer.isEmpty ? nil : column(buffer.baseAddress, buffer.count)
        }
    }

    /// A text for the worker.
    func text(_ string: String) -> rialto_text_t {
        let bytes = Array(string.utf8).map { CChar(bitPattern: $0) }
        return rialto_text_t(data: column(bytes), size: UInt64(bytes.count))
    }

    /// What was placed since the last ``keep()``.
    var placed: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + kept, count: used - kept)
    }

    /// A place of the worker as a pointer of its own.
    func pointer<Value>(_ place: UInt64) -> UnsafePointer<Value>? {
        UnsafePointer(bitPattern: UInt(place))
    }
}
