<?php
/**
 * WooCommerce's menu, and its order screen under HPOS.
 */

function wc_get_page_screen_id( $for ) {
	return 'shop-order' === $for && stand_in_uses_hpos() ? 'woocommerce_page_wc-orders' : 'shop_order';
}

function stand_in_menu() {
	add_menu_page( 'WooCommerce', 'WooCommerce', 'edit_others_shop_orders', 'woocommerce', '__return_null' );
	if ( stand_in_uses_hpos() ) {
		add_submenu_page( 'woocommerce', 'Orders', 'Orders', 'edit_others_shop_orders', 'wc-orders', 'stand_in_order_screen' );
		add_action( 'load-woocommerce_page_wc-orders', 'stand_in_load_order_screen' );
	}
}

function stand_in_shown_order() {
	return wc_get_order( absint( $_GET['id'] ?? 0 ) );
}

function stand_in_load_order_screen() {
	do_action( 'add_meta_boxes', wc_get_page_screen_id( 'shop-order' ), stand_in_shown_order() );
	wp_enqueue_script( 'post' );
}

function stand_in_order_screen() {
	$screen = wc_get_page_screen_id( 'shop-order' );
	echo '<div class="wrap"><h1>Edit order</h1><form id="order"><div id="poststuff"><div id="post-body" class="columns-2">';
	echo '<div id="postbox-container-1" class="postbox-container">';
	do_meta_boxes( $screen, 'side', stand_in_shown_order() );
	echo '</div></div></div></form></div>';
}
