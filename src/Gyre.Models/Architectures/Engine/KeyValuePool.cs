using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The pages of keys and values of a model: [layer][key–value head] blocks of 64 tokens.</summary>
/// <remarks>Owns: the memory. Safe for several threads.</remarks>
internal sealed unsafe class KeyValuePool : IDisposable
{
    private readonly PageMemory _memory;
    private readonly Stack<KeyValuePage> _unused = [];
    private readonly Lock _gate = new();

    /// <param name="layout">The blocks.</param>
    /// <param name="blocks">Layers × key–value heads.</param>
    /// <param name="limitBytes">The most memory of all pages.</param>
    public KeyValuePool(KeyValueBlock layout, int blocks, long limitBytes)
    {
        (Layout, Blocks) = (layout, blocks);
        _memory = new PageMemory(layout.LengthBytes * blocks, limitBytes);
    }

    public KeyValueBlock Layout { get; }

    public int Blocks { get; }

    public long PageBytes => _memory.PageBytes;

    public int MostPages => _memory.MostPages;

    /// <summary>Pages that sessions or the prefix cache hold.</summary>
    public int Taken => _memory.Taken;

    public static int PagesFor(int tokens) => (tokens + KeyValueBlock.Tokens - 1) / KeyValueBlock.Tokens;

    /// <summary>A page of one's own; null when the limit is reached.</summary>
    /// <remarks>Errors: <see cref="OutOfMemoryException"/>.</remarks>
    public KeyValuePage? Take()
    {
        if (!_memory.TryTake(out var address))
        {
            return null;
        }

        lock (_gate)
        {
            var page = _unused.TryPop(out var used) ? used : new KeyValuePage();
            (page.Address, page.References) = (address, 1);
            return page;
        }
    }

    public void Share(KeyValuePage page)
    {
        lock (_gate)
        {
            page.References++;
        }
    }

    public void Release(KeyValuePage page)
    {
        lock (_gate)
        {
            if (--page.References > 0)
            {
                return;
            }

            _memory.Return(page.Address);
            _unused.Push(page);
        }
    }

    public bool IsShared(KeyValuePage page)
    {
        lock (_gate)
        {
            return page.References > 1;
        }
    }

    /// <summary>Copies the first tokens of a page.</summary>
    public void Copy(KeyValuePage source, KeyValuePage destination, int tokens)
    {
        for (var block = 0; block < Blocks; block++)
        {
            var place = block * Layout.LengthBytes;
            Layout.CopyTokens((byte*)source.Address + place, (byte*)destination.Address + place, tokens);
        }
    }

    public void Dispose() => _memory.Dispose();
}
