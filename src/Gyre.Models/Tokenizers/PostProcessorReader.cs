using System.Text.Json;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads which special tokens the post-processor of <c>tokenizer.json</c> puts round a text and between two.</summary>
internal sealed class PostProcessorReader(string source, Vocabulary vocabulary)
{
    private const int MaxSteps = 1024;

    private int _templates;
    private SequenceTemplate? _template;

    /// <summary>Before one text.</summary>
    public List<int> Prefix { get; } = [];

    /// <summary>After one text.</summary>
    public List<int> Suffix { get; } = [];

    /// <summary>How special tokens stand round one text and between two; null when nothing is said.</summary>
    /// <remarks>Of several templates together only the form for one text is known.</remarks>
    public SequenceTemplate? Template => _templates > 1 ? SequenceTemplate.Around(Prefix, Suffix) with { Pair = [] } : _template;

    /// <summary>True when spans leave out white space.</summary>
    public bool TrimsSpans { get; private set; }

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
                TrimsSpans |= part.Flag("trim_offsets", true);
                break;
            case "TemplateProcessing":
                AddTemplate(part);
                break;
            case "RobertaProcessing" or "BertProcessing":
                var isRoberta = part.Type == "RobertaProcessing";
                TrimsSpans |= isRoberta && part.Flag("trim_offsets", true);
                var (begin, end) = (PairId(part, "cls"), PairId(part, "sep"));
                Use(isRoberta ? SequenceTemplate.Roberta(begin, end) : SequenceTemplate.Bert(begin, end));
                break;
            default:
                throw part.Unsupported("Sequence, ByteLevel, TemplateProcessing, RobertaProcessing, BertProcessing");
        }
    }

    // Each further template stands round what the earlier ones gave.
    private void Use(SequenceTemplate template)
    {
        _template = template;
        _templates++;
        Prefix.InsertRange(0, template.Single.TakeWhile(step => step.Source < 0).Select(step => step.Id));
        Suffix.AddRange(template.Single.SkipWhile(step => step.Source < 0).Where(step => step.Source < 0).Select(step => step.Id));
    }

    private void AddTemplate(JsonPart part)
    {
        var single = StepsOf(part, "single");
        if (single.Count(step => step.Source >= 0) != 1)
        {
            throw TokenizerErrors.WrongShape(source, "post-processor.single", "a template that does not hold its text once", "one Sequence among special tokens");
        }

        var hasPair = part.Element.TryGetProperty("pair", out var pair) && pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() > 0;
        var steps = hasPair ? StepsOf(part, "pair") : [];
        if (hasPair && steps.Where(step => step.Source >= 0).Select(step => step.Source).Order().ToArray() is not [0, 1])
        {
            throw TokenizerErrors.WrongShape(source, "post-processor.pair", "a template that does not hold each text once", "the Sequences A and B among special tokens");
        }

        Use(new SequenceTemplate(single, steps));
    }

    private List<SequenceTemplate.Step> StepsOf(JsonPart part, string name)
    {
        var steps = new List<SequenceTemplate.Step>();
        foreach (var step in part.Children(name))
        {
            if (step.Element.ValueKind == JsonValueKind.Object && step.Element.TryGetProperty("Sequence", out var sequence) && sequence.ValueKind == JsonValueKind.Object)
            {
                var text = new JsonPart(sequence, source, "post-processor");
                steps.Add(SequenceTemplate.Step.Text(text.Text("id") == "B" ? 1 : 0, text.Number("type_id")));
            }
            else if (step.Element.ValueKind == JsonValueKind.Object && step.Element.TryGetProperty("SpecialToken", out var token)
                && token.ValueKind == JsonValueKind.Object && new JsonPart(token, source, "post-processor") is var special && special.Text("id") is { } id)
            {
                steps.AddRange(IdsOf(part, id).Select(number => SequenceTemplate.Step.Special(number, special.Number("type_id"))));
            }
            else
            {
                throw TokenizerErrors.WrongShape(source, "post-processor." + name, "another step", "steps that are SpecialToken or Sequence");
            }

            if (steps.Count > MaxSteps)
            {
                throw TokenizerErrors.TooLarge("the number of special tokens in a template", steps.Count, MaxSteps);
            }
        }

        return steps;
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
