extension Check {
    /// Checks of loading and of what the library says of itself.
    static let ofLoading = [
        Check(
            11, .load, "loads with every symbol bound",
            reason: "What is missing must be missing at once, not at the first order.",
            reproduction: "extern int nowhere(void);  ... nowhere();",
            fix: "Link with -Wl,-z,defs to see what is missing."),
        Check(
            12, .load, "loads and answers within 100 ms",
            reason: "A worker that died is replaced while orders wait.",
            reproduction: "Compute a table of a billion entries in rialto_plugin_entry.",
            fix: "Do the work in create, or ship the table as a resource."),
        Check(
            13, .load, "changes nothing around it when it is loaded",
            reason: "Environment, locale, rounding and descriptors belong to the whole process: "
                + "other plugins compute with them.",
            reproduction: "fesetround(FE_UPWARD) in rialto_plugin_entry",
            fix: "Leave them as they are; -ffast-math links code that changes the control word."),
        Check(
            14, .load, "gives the same answer whenever its entry is called",
            reason: "Host, validator and worker each ask, and must mean the same tables.",
            reproduction: "Build the library struct anew with malloc in each call.",
            fix: "Keep it in a static const, and return its address."),
        Check(
            15, .load, "refuses a host of another major, with a text",
            reason: "A host that reads tables of another layout reads garbage.",
            reproduction: "rialto_plugin_entry that never looks at `host`",
            fix: "if (!RIALTO_HOST_SPEAKS(host)) return rialto_refuse(error, RIALTO_ERROR_ABI, ..)"
        ),
        Check(
            16, .load, "meets hosts with a newer minor or a wider range of majors",
            reason: "A plugin built today is to load in five years.",
            reproduction: "if (host->abi_minor != RIALTO_ABI_MINOR) return RIALTO_ERROR_ABI;",
            fix: "Compare the major's range only: RIALTO_HOST_SPEAKS(host)."),
        Check(
            17, .load, "reads longer structs as far as it knows them",
            reason: "Structs grow at their end; struct_size says how far they go.",
            reproduction: "memset(out_error, 0, out_error->struct_size + 8)",
            fix: "Test struct_size >= what is needed, never ==, and write only known fields."),
        Check(
            18, .load, "answers an unknown extension with null",
            reason: "Extensions are asked for by id; a wrong table is called as if it were right.",
            reproduction: "get_extension that returns its only table for every id",
            fix: "Compare the whole id, size and bytes."),
        Check(
            19, .load, "reads ids by their size, not to a zero byte",
            reason: "Text of the contract has a length and no zero at its end.",
            reproduction: "strncmp(id.data, \"rialto.series/1\", 15) == 0",
            fix: "id.size == n && memcmp(id.data, name, n) == 0"),
        Check(
            20, .load, "describes itself in UTF-8, with unique ids and semantic versions",
            reason: "Run files, forms and the catalog are made from these words.",
            reproduction: ".version = TEXT(\"1.0\")",
            fix: "Ids as com.example.name, versions as 1.2.3, one id and name for each parameter."),
    ]
}
