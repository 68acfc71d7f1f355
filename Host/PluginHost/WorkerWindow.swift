import CRialto
import CWorker

/// Bytes in a worker's window that the host has elsewhere for good.
struct WindowReference {
    /// Bytes after the first that was placed since the last ``WorkerWindow/keep()``.
    let offset: Int
    let count: Int
    /// Lasting, see ``SharedMarket/add(lasting:)``.
    let source: UnsafeRawPointer
}

/// Room in the memory that a worker may only read. What is placed here is found by the worker at
/// other addresses, which the places are given in.
final class WorkerWindow {
    private let start: UnsafeMutableRawPointer
    private let length: Int
    private var used = Int(RIALTO_WINDOW_FIRST)
    private var kept = Int(RIALTO_WINDOW_FIRST)
    /// Where the window lies in the worker.
    private(set) var base: UInt64 = 0
    /// Where what the instance was created with lies in the worker.
    var creation: UInt64 = 0
    /// Whether something did not fit since the last ``reset()``.
    private(set) var isFull = false
    /// What of ``placed`` the host has elsewhere for good, in order.
    private(set) var references: [WindowReference] = []
    private let market: SharedMarket?
    /// Where each file of the market lies in the worker; 0 nowhere.
    private var files: [UInt64] = []
    private var shared = SharedPlaces()
    private var known = (stretches: 0, constants: 0)

    /// - Parameter market: What the worker has mapped beside the window.
    init(_ start: UnsafeMutableRawPointer, length: Int, market: SharedMarket?) {
        self.start = start
        self.length = length
        self.market = market
    }

    /// Takes over what a worker that has started said.
    ///
    /// - Parameters:
    ///   - base: Where the window lies in the worker.
    ///   - files: Where each file of the market lies there; 0 nowhere.
    func settle(base: UInt64, files: [UInt64]) {
        self.base = base
        self.files = files
    }

    /// Forgets what was placed since the last ``keep()``.
    func reset() {
        used = kept
        isFull = false
        references.removeAll(keepingCapacity: true)
        if let market, market.version != known.stretches + known.constants { learn(market) }
    }

    /// Takes over what has been added to the market.
    private func learn(_ market: SharedMarket) {
        for stretch in market.stretches[known.stretches...] where files[stretch.file] != 0 {
            shared.add(
                stretch.start, count: Int(stretch.end - stretch.start),
                at: files[stretch.file] &+ UInt64(stretch.offset))
        }
        for constant in market.constants[known.constants...] {
            if let start = constant.baseAddress { keep(constant: start, constant.count) }
        }
        known = (market.stretches.count, market.constants.count)
    }

    /// Copies bytes in that never change, for good, unless the worker has them already. Wherever
    /// they are asked for later, they are found there.
    func keep(constant start: UnsafeRawPointer, _ count: Int) {
        guard shared.place(of: start, count) == nil else { return }
        let place = place(start, count)
        guard place != 0 else { return }
        shared.add(UInt(bitPattern: start), count: count, at: place)
        keep()
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

    /// Where the worker finds bytes: where the host has them if both share that, otherwise in the
    /// window, where they are copied. 0 when they do not fit.
    func found(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if let place = shared.place(of: bytes, count) { return place }
        let offset = used - kept, place = place(bytes, count)
        if place != 0, count >= Self.referenceMin, market?.isLasting(bytes, count) ?? false {
            references.append(WindowReference(offset: offset, count: count, source: bytes))
        }
        return place
    }

    /// Fewer bytes are copied again rather than referred to.
    private static let referenceMin = 64

    /// Returns where the worker finds `count` values, a pointer that only it may follow.
    func column<Value: BitwiseCopyable>(
        _ values: UnsafePointer<Value>?, _ count: Int
    ) -> UnsafePointer<Value>? {
        guard let values else { return nil }
        return pointer(found(values, max(1, count) * MemoryLayout<Value>.stride))
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

    /// What stays for good: everything before ``placed``.
    var lasting: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: start + Int(RIALTO_WINDOW_FIRST), count: kept - Int(RIALTO_WINDOW_FIRST))
    }

    /// Puts back what ``lasting`` once gave. Nothing was placed before.
    ///
    /// - Returns: Whether it fits.
    func put(lasting bytes: [UInt8]) -> Bool {
        used = Int(RIALTO_WINDOW_FIRST)
        _ = bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.map { place($0, bytes.count) }
        }
        keep()
        return !isFull
    }

    /// A place of the worker as a pointer of its own.
    func pointer<Value>(_ place: UInt64) -> UnsafePointer<Value>? {
        UnsafePointer(bitPattern: UInt(place))
    }
}
