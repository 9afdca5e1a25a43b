using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter tables of <c>/v1/load_lora_adapter</c> and <c>/v1/unload_lora_adapter</c>.</summary>
internal static class AdapterParameters
{
    public static ParameterTable Load { get; } = new(
        "LoadAdapterRequest",
        "An adapter to load beside a model.",
        [
            new("lora_name", Extension, """{"type":"string","minLength":1,"maxLength":128}""", "What requests will give as their model.", IsRequired: true),
            new("lora_path", Extension, """{"type":"string","minLength":1,"maxLength":4096}""", "A folder that PEFT saved, as a path from the folder of loadable adapters on, or a whole path in it.", IsRequired: true),
            new("model", Extension, """{"type":["string","null"]}""", "The alias whose model it is for. Default: the default alias."),
            new("load_inplace", Refused, null, "An adapter is not replaced in one step: unload it first; running requests keep it."),
        ]);

    public static ParameterTable Unload { get; } = new(
        "UnloadAdapterRequest",
        "An adapter to unload.",
        [
            new("lora_name", Extension, """{"type":"string","minLength":1,"maxLength":128}""", "Its name.", IsRequired: true),
            new("lora_int_id", Accepted, """{"type":["integer","null"]}""", "Accepted and not used: adapters are told apart by their names."),
        ]);
}
