using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <content>Encoding with the range of the text that each token stands for.</content>
internal sealed partial class BpeTokenizer
{
    private readonly SequenceTemplate _template;
    private readonly bool _trimsSpans;

    /// <inheritdoc />
    public EncodedPair EncodePair(string first, string? second, PairEncodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        options ??= new PairEncodingOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1, nameof(options));
        SpanTrace[] texts = second is null ? [Trace(first, options)] : [Trace(first, options), Trace(second, options)];
        IReadOnlyList<SequenceTemplate.Step> steps = !options.AddsSpecialTokens ? SequenceTemplate.Around([], []).Pair
            : second is null ? _template.Single
            : _template.Pair.Count > 0 ? _template.Pair : throw TokenizerErrors.NoPairForm();
        Shorten(texts, steps.Count(step => step.Source < 0), options);

        List<int> ids = [], types = [], sources = [];
        List<TextSpan> spans = [];
        foreach (var step in steps.Where(step => step.Source < texts.Length))
        {
            IReadOnlyList<int> added = step.Source < 0 ? [step.Id] : texts[step.Source].Ids;
            ids.AddRange(added);
            types.AddRange(Enumerable.Repeat(step.TypeId, added.Count));
            sources.AddRange(Enumerable.Repeat(step.Source, added.Count));
            spans.AddRange(step.Source < 0 ? [default] : texts[step.Source].Spans);
        }

        return new EncodedPair(ids, types, sources, spans);
    }

    // Source: how the Hugging Face tokenizers library shares a limit between two texts.
    private static void Shorten(SpanTrace[] texts, int fixedCount, PairEncodingOptions options)
    {
        int[] kept = [texts[0].Ids.Count, texts.Length > 1 ? texts[1].Ids.Count : 0];
        var room = options.MaxTokens - fixedCount;
        if (kept[0] + (long)kept[1] <= room)
        {
            return;
        }

        int[] left = options.Truncation switch
        {
            PairTruncation.LongestFirst => Share(kept[0], kept[1], room),
            PairTruncation.OnlyFirst => [room - kept[1], kept[1]],
            PairTruncation.OnlySecond when texts.Length > 1 => [kept[0], room - kept[0]],
            _ => [-1, -1],
        };
        if (left[0] < 0 || left[1] < 0)
        {
            throw TokenizerErrors.TooShortForPair(options.MaxTokens, fixedCount, kept[0], kept[1], options.Truncation);
        }

        for (var i = 0; i < texts.Length; i++)
        {
            texts[i].Truncate(left[i]);
        }
    }

    private static int[] Share(int first, int second, int room)
    {
        var shorter = Math.Min(first, second);
        var longer = Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room < 0 ? -1 : room / 2;
            longer = room - shorter;
        }

        return first > second ? [longer, shorter] : [shorter, longer];
    }

    private SpanTrace Trace(string text, PairEncodingOptions options)
    {
        var scratch = _pool.Rent();
        try
        {
            var trace = new SpanTrace(options.ParsesSpecialTokens, scratch);
            TraceRaw(text, trace);
            if (_trimsSpans)
            {
                trace.TrimSpaces(text);
            }

            return trace;
        }
        finally
        {
            _pool.Return(scratch);
        }
    }

    // The same walk as EncodeRaw and what it calls; a test holds the ids of both together.
    private void TraceRaw(string text, SpanTrace trace)
    {
        var matcher = trace.ParsesSpecial ? _rawAll : _rawPlain;
        for (var from = 0; from < text.Length;)
        {
            var start = text.Length;
            var end = text.Length;
            var token = matcher?.Next(text, from, out start, out end);
            if (start > from)
            {
                TracePart(text[from..start], from, trace);
            }

            if (token is not null)
            {
                trace.Add(token.Id, new TextSpan(start, end));
            }

            from = end;
        }
    }

    private void TracePart(string part, int offset, SpanTrace trace)
    {
        var origins = new TextOrigins();
        origins.AppendCopy(part, offset);
        var text = Rewrite(_normalizers, part, offset == 0, ref origins);
        var matcher = trace.ParsesSpecial ? _normalizedAll : _normalizedPlain;
        for (var from = 0; from < text.Length;)
        {
            var start = text.Length;
            var end = text.Length;
            var token = matcher?.Next(text, from, out start, out end);
            TracePlain(text[from..start], from, origins, offset == 0 && from == 0, trace);
            if (token is not null)
            {
                trace.Add(token.Id, origins.RangeOf(start, end));
            }

            from = end;
        }
    }

    private void TracePlain(string part, int offset, TextOrigins whole, bool isFirst, SpanTrace trace)
    {
        var origins = new TextOrigins();
        for (var i = 0; i < part.Length; i++)
        {
            if (!trace.ParsesSpecial || part[i] != LiteralText.Mark)
            {
                var origin = whole[offset + i];
                origins.Append(1, origin.Start, origin.End);
            }
        }

        part = trace.ParsesSpecial ? LiteralText.Unmark(part) : part;
        var text = Rewrite(_pieceNormalizers, part, isFirst, ref origins);
        TracePieces(text, 0, 0, origins, trace);
    }

    private void TracePieces(ReadOnlySpan<char> text, int offset, int stage, TextOrigins origins, SpanTrace trace)
    {
        if (stage == _stages.Length)
        {
            if (!text.IsEmpty)
            {
                TraceWord(text, offset, origins, trace);
            }

            return;
        }

        var position = 0;
        while (_stages[stage].Next(text, ref position, out var start, out var end))
        {
            TracePieces(text[start..end], offset + start, stage + 1, origins, trace);
        }
    }

    private void TraceWord(ReadOnlySpan<char> word, int offset, TextOrigins origins, SpanTrace trace)
    {
        var spans = new List<TextSpan>();
        _wordEncoder.EncodeWithSpans(word, trace.Scratch, trace.Ids, spans);
        foreach (var span in spans)
        {
            trace.Spans.Add(origins.RangeOf(offset + span.Start, offset + span.End));
        }
    }

    private static string Rewrite(NormalizerChain chain, string text, bool isFirst, ref TextOrigins origins)
    {
        var work = new CharBuffer { Origins = new TextOrigins() };
        var other = new CharBuffer { Origins = new TextOrigins() };
        if (text.Length == 0 || chain.Run(text, isFirst, work, other) is not { } result)
        {
            return text;
        }

        result.Origins!.Through(origins); // Both buffers were made with origins above.
        origins = result.Origins;
        return result.Written.ToString();
    }

    /// <summary>The tokens of one text and what they stand for.</summary>
    private sealed class SpanTrace(bool parsesSpecial, EncodingScratch scratch)
    {
        public bool ParsesSpecial => parsesSpecial;

        public EncodingScratch Scratch => scratch;

        public List<int> Ids { get; } = [];

        public List<TextSpan> Spans { get; } = [];

        public void Add(int id, TextSpan span)
        {
            Ids.Add(id);
            Spans.Add(span);
        }

        public void Truncate(int count)
        {
            if (count < Ids.Count)
            {
                Ids.RemoveRange(count, Ids.Count - count);
                Spans.RemoveRange(count, Spans.Count - count);
            }
        }

        public void TrimSpaces(string text)
        {
            for (var i = 0; i < Spans.Count; i++)
            {
                var (start, end) = Spans[i];
                while (start < end && IsSpace(text[start]))
                {
                    start++;
                }

                while (end > start && IsSpace(text[end - 1]))
                {
                    end--;
                }

                Spans[i] = new TextSpan(start, end);
            }
        }

        private static bool IsSpace(char unit) => (CharacterClasses.OfUnit(unit) & CharacterClass.Space) != CharacterClass.None;
    }
}
