using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads which special tokens the post-processor of <c>tokenizer.json</c> puts round a single text.</summary>
internal sealed class PostProcessorReader(string source, Vocabulary vocabulary)
{
    /// <summary>Before the text.</summary>
    public List<int> Prefix { get; } = [];

    /// <summary>After the text.</summary>
    public List<int> Suffix { get; } = [];

    /// <summary>Reads the post-processor; absent means none.</summary>
    public void Read(JsonElement element)
    {
        var part = new JsonPart(element, source, "post-processor");
        if (!part.IsAbsent)
        {
            Add(part);
        }
    }

    private void Add(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var child in part.Children("processors"))
                {
                    Add(child);
                }

                break;
            case "ByteLevel":
                break; // Trims offsets, which this tokenizer does not report.
            case "TemplateProcessing":
                AddTemplate(part);
                break;
            case "RobertaProcessing" or "BertProcessing":
                Prefix.Add(PairId(part, "cls"));
                Suffix.Insert(0, PairId(part, "sep"));
                break;
            default:
                throw part.Unsupported("Sequence, ByteLevel, TemplateProcessing, RobertaProcessing, BertProcessing");
        }
    }

    private void AddTemplate(JsonPart part)
    {
        var before = new List<int>();
        var after = new List<int>();
        var isBefore = true;
        foreach (var step in part.Children("single"))
        {
            if (step.Element.ValueKind == JsonValueKind.Object && step.Element.TryGetProperty("Sequence", out _))
            {
                isBefore = false;
            }
            else if (step.Element.ValueKind == JsonValueKind.Object && step.Element.TryGetProperty("SpecialToken", out var token)
                && token.ValueKind == JsonValueKind.Object && new JsonPart(token, source, "post-processor").Text("id") is { } name)
            {
                (isBefore ? before : after).AddRange(IdsOf(part, name));
            }
            else
            {
                throw TokenizerErrors.WrongShape(source, "post-processor.single", "another step", "steps that are SpecialToken or Sequence");
            }
        }

        Prefix.InsertRange(0, before);
        Suffix.AddRange(after);
    }

    private IEnumerable<int> IdsOf(JsonPart part, string name)
    {
        if (part.Element.TryGetProperty("special_tokens", out var tokens) && tokens.ValueKind == JsonValueKind.Object
            && tokens.TryGetProperty(name, out var token) && token.ValueKind == JsonValueKind.Object
            && token.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array)
        {
            return [.. ids.EnumerateArray().Select(CheckedId)];
        }

        throw TokenizerErrors.WrongShape(source, "post-processor.special_tokens", $"without ids for a token of the template", "ids for each token of the template");
    }

    private int PairId(JsonPart part, string name)
    {
        if (part.Element.TryGetProperty(name, out var pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2)
        {
            return CheckedId(pair[1]);
        }

        throw TokenizerErrors.WrongShape(source, $"post-processor.{name}", "no pair", "[token, id]");
    }

    private int CheckedId(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0 && id < vocabulary.Count)
        {
            return id;
        }

        throw TokenizerErrors.WrongShape(source, "post-processor", "an id outside the vocabulary", $"ids from 0 to {vocabulary.Count - 1:N0}");
    }
}
