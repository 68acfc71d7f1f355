internal import CRialtoDraft

/// Memory of fixed size that is filled from the front, and emptied at once.
struct FixedList<Element: BitwiseCopyable>: ~Copyable {
    private let first: UnsafeMutablePointer<Element>
    private let capacity: Int
    private var count = 0

    init(capacity: Int) {
        first = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { first.deallocate() }

    mutating func removeAll() { count = 0 }

    /// Makes room for `size` items, which the caller fills; nil when they do not fit.
    mutating func add(_ size: Int) -> UnsafeMutablePointer<Element>? {
        guard size <= capacity - count else { return nil }
        defer { count += size }
        return first + count
    }
}

/// What the outputs of one call point to. Nothing moves until the next call.
final class OutputScratch {
    /// Bytes of text that the outputs of one call may hold.
    static let textMax = 1 << 18
    /// Ranges, steps, placeholders and captures, of each, that the outputs of one call may hold.
    static let listMax = 1024

    private var bytes = FixedList<CChar>(capacity: OutputScratch.textMax)
    private var ranges = FixedList<rialto_range_t>(capacity: OutputScratch.listMax)
    private var steps = FixedList<rialto_sign_step_t>(capacity: OutputScratch.listMax)
    private var placeholders = FixedList<rialto_placeholder_t>(capacity: OutputScratch.listMax)
    private var captures = FixedList<rialto_capture_t>(capacity: OutputScratch.listMax)

    /// Forgets what an earlier call has said.
    func removeAll() {
        bytes.removeAll()
        ranges.removeAll()
        steps.removeAll()
        placeholders.removeAll()
        captures.removeAll()
    }

    /// Keeps bytes until the next call; nil when they do not fit.
    func text(_ source: some Collection<UInt8>) -> rialto_text_t? {
        let count = source.count
        guard let copy = bytes.add(count) else { return nil }
        var index = 0
        for byte in source {
            (copy + index).initialize(to: CChar(bitPattern: byte))
            index += 1
        }
        return rialto_text_t(data: copy, size: UInt64(count))
    }

    /// Keeps all of a request; nil when it does not fit.
    func request(_ request: Request) -> rialto_output_t? {
        var output = rialto_output_t()
        output.id = request.id
        output.endpoint = request.endpoint
        output.bucket_cost = request.bucketCost
        guard let url = text(request.url.utf8), let headers = text(request.headers.utf8),
            let body = text(request.body), let steps = keep(request.steps),
            let placeholders = keep(request.placeholders), let captures = keep(request.captures)
        else { return nil }
        output.url = url
        output.headers = headers
        output.body = body
        output.steps = UnsafePointer(steps)
        output.step_count = UInt32(request.steps.count)
        output.placeholders = UnsafePointer(placeholders)
        output.placeholder_count = UInt32(request.placeholders.count)
        output.captures = UnsafePointer(captures)
        output.capture_count = UInt32(request.captures.count)
        return output
    }

    private func keep(_ list: [SignStep]) -> UnsafeMutablePointer<rialto_sign_step_t>? {
        guard let first = steps.add(list.count) else { return nil }
        for (index, step) in list.enumerated() {
            guard let key = text(step.key.utf8), let own = ranges.add(step.ranges.count) else {
                return nil
            }
            for (place, range) in step.ranges.enumerated() { (own + place).initialize(to: range.c) }
            (first + index).initialize(
                to: rialto_sign_step_t(
                    struct_size: UInt32(MemoryLayout<rialto_sign_step_t>.size),
                    operation: step.operation.c, encoding: step.encoding.c,
                    range_count: UInt32(step.ranges.count), ranges: UnsafePointer(own), key: key,
                    insert: step.insert.c))
        }
        return first
    }

    private func keep(_ list: [Placeholder]) -> UnsafeMutablePointer<rialto_placeholder_t>? {
        guard let first = placeholders.add(list.count) else { return nil }
        for (index, one) in list.enumerated() {
            guard let name = text(one.name.utf8) else { return nil }
            (first + index).initialize(
                to: rialto_placeholder_t(
                    struct_size: UInt32(MemoryLayout<rialto_placeholder_t>.size), reserved: 0,
                    name: name, place: one.place.c))
        }
        return first
    }

    private func keep(_ list: [Capture]) -> UnsafeMutablePointer<rialto_capture_t>? {
        guard let first = captures.add(list.count) else { return nil }
        for (index, one) in list.enumerated() {
            guard let name = text(one.name.utf8), let path = text(one.path.utf8) else { return nil }
            (first + index).initialize(
                to: rialto_capture_t(
                    struct_size: UInt32(MemoryLayout<rialto_capture_t>.size), reserved: 0,
                    name: name, path: path))
        }
        return first
    }
}

extension ByteRange {
    var c: rialto_range_t {
        let part: UInt32 =
            switch self.part {
            case .nowhere: 0
            case .method: RIALTO_PART_METHOD
            case .url: RIALTO_PART_URL
            case .headers: RIALTO_PART_HEADERS
            case .body: RIALTO_PART_BODY
            case .step: RIALTO_PART_STEP
            }
        return rialto_range_t(part: part, offset: offset, size: size, reserved: 0)
    }
}

extension SignStep.Operation {
    fileprivate var c: UInt32 {
        switch self {
        case .hmacSHA256: RIALTO_SIGN_HMAC_SHA256
        case .hmacSHA512: RIALTO_SIGN_HMAC_SHA512
        case .ed25519: RIALTO_SIGN_ED25519
        case .secp256k1: RIALTO_SIGN_SECP256K1
        case .sha256: RIALTO_SIGN_SHA256
        case .sha512: RIALTO_SIGN_SHA512
        }
    }
}

extension SignStep.Encoding {
    fileprivate var c: UInt32 {
        switch self {
        case .raw: RIALTO_ENCODE_RAW
        case .hex: RIALTO_ENCODE_HEX
        case .base64: RIALTO_ENCODE_BASE64
        }
    }
}
