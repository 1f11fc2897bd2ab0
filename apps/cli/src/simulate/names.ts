/** Names for people who are played: birds and trees, which belong to no side. */
const NAMES =
  'Alder Ash Aspen Avocet Bay Beech Birch Bittern Blackbird Bramble Briar Bunting Buzzard Cedar Chaffinch Cherry ' +
  'Chestnut Chough Coot Cormorant Corncrake Crake Crane Cuckoo Curlew Cypress Dipper Dogwood Dove Dunlin Dunnock Egret ' +
  'Eider Elder Elm Falcon Fieldfare Fig Finch Fir Flycatcher Gannet Garganey Godwit Goldcrest Goldfinch Goosander ' +
  'Gorse Goshawk Grebe Greenfinch Grouse Guillemot Harrier Hawthorn Hazel Heath Heron Hobby Holly Hoopoe Hornbeam ' +
  'Ibis Ivy Jackdaw Jay Juniper Kestrel Kingfisher Kite Kittiwake Knot Lapwing Larch Lark Laurel Lilac Linden Linnet ' +
  'Loon Magpie Mallard Maple Martin Medlar Merlin Mulberry Myrtle Nightjar Nuthatch Oak Oleander Olive Oriole Osprey ' +
  'Ouzel Owl Oystercatcher Partridge Pear Petrel Pheasant Pine Pintail Pipit Plane Plover Plum Pochard Poplar Puffin ' +
  'Quail Quince Raven Redshank Redstart Robin Rook Rowan Ruff Sage Sanderling Sandpiper Shelduck Shrike Siskin Skylark'

/** One after the other; the longest list is that of four sides of thirty. */
export const PLAYED_NAMES: readonly string[] = NAMES.split(' ')
