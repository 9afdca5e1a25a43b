using Gyre.Tensors;

namespace Gyre.Models.Architectures.Training;

/// <content>Virtual tokens before each document: their embeddings, or their keys and values.</content>
internal sealed partial class TapeForward
{
    private void SetTokens(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float scale, bool predictsFirst)
    {
        (_batch, _hidden) = (_tokens, null);
        if (Overlay is { VirtualTokens: > 0 } overlay)
        {
            _batch.SetPrompted(inputs, targets, documentStart, batch, length, scale, overlay.VirtualTokens, predictsFirst);
            overlay.RequireRoom(_batch.LongestDocument);
        }
        else
        {
            _batch.Set(inputs, targets, documentStart, batch, length, scale);
        }
    }

    /// <summary>Rows of the tokens' table and rows of the virtual tokens, each where it stands.</summary>
    private Tensor Prompted(EmbeddingSpec embedding)
    {
        var tokens = Table(embedding.Tokens!).Rows(Tape, _batch.RealInputs); // The caller embeds tokens.
        if (Overlay!.VirtualRows is { } rows) // Whose virtual tokens these are.
        {
            return Tape.Embedding(Tape.Concat([tokens, rows], 0), _batch.RealPlaces);
        }

        using var nothing = _pool.Rent(Overlay.VirtualTokens, tokens.Shape[1]);
        nothing.Fill(0);
        return Tape.Embedding(Tape.Concat([tokens, nothing], 0), _batch.RealPlaces);
    }

    /// <summary>[B, T, G, D] with other numbers for the virtual tokens.</summary>
    private Tensor Prefixed(Tensor heads, Tensor rows)
    {
        var (groups, width) = (heads.Shape[2], heads.Shape[3]);
        var all = Tape.Concat([Tape.Reshape(heads, _batch.Rows * _batch.Length, groups * width), rows], 0);
        return Tape.Reshape(Tape.Embedding(all, _batch.Virtual), _batch.Rows, _batch.Length, groups, width);
    }
}
