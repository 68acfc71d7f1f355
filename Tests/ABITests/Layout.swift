/// Lines of the golden layout file for one struct: itself, then its fields in order.
///
/// - Parameter fields: Every field with its key path.
func layout<T>(
    _ type: T.Type, _ name: String, _ fields: KeyValuePairs<String, PartialKeyPath<T>>
) -> [String] {
    let own = "struct \(name) size \(MemoryLayout<T>.size) align \(MemoryLayout<T>.alignment)"
    let stride = MemoryLayout<T>.stride
    return [stride == MemoryLayout<T>.size ? own : own + " stride \(stride)"]
        + fields.map { field, path in
            let offset = MemoryLayout<T>.offset(of: path).map(String.init) ?? "none"
            let size = _openExistential(Swift.type(of: path).valueType, do: sizeOf)
            return "field \(name).\(field) offset \(offset) size \(size)"
        }
}

private func sizeOf<Value>(_ type: Value.Type) -> Int { MemoryLayout<Value>.size }
